/* A proof of work (altcha, version 2): finds the counter whose derived key begins as asked, then
   sends the form once more with it. A second or so; nothing leaves the page but the answer. */
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function derive({ nonce, salt, cost, keyLength }, counter) {
  const password = new Uint8Array([...bytes(nonce), 0, 0, 0, 0]);
  new DataView(password.buffer).setUint32(password.length - 4, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
}

async function solve({ parameters }) {
  for (let counter = 0; counter < 100000; counter += 1) {
    const derivedKey = await derive(parameters, counter);
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
  }
  throw new Error("no solution");
}

function add(form, name, value) {
  const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  form.append(input);
}

async function prove(box) {
  box.querySelector("[data-without]").hidden = true;
  box.querySelector("[data-working]").hidden = false;
  const challenge = JSON.parse(box.dataset.challenge);
  const solution = await solve(challenge);
  const form = box.closest("form");
  add(form, "slot", box.dataset.slot);
  add(form, "altcha", btoa(JSON.stringify({ challenge, solution })));
  form.action = box.dataset.action;
  HTMLFormElement.prototype.submit.call(form);
}

function begin() {
  const box = document.querySelector("[data-challenge]:not([data-begun])");
  if (!box) return;
  box.dataset.begun = "";
  prove(box).catch(() => {
    box.querySelector("[data-working]").hidden = true;
    box.querySelector("[data-failed]").hidden = false;
  });
}

document.addEventListener("DOMContentLoaded", begin);
document.addEventListener("htmx:afterSettle", begin);
