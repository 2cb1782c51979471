/* Bundles assets/ into saas/static/dist under names that carry their content's hash, so that
   a browser may keep them for ever, and writes manifest.json, by which `asset(name)` finds them. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "saas", "static", "dist");
const bundles = ["css/public.css", "css/staff.css", "css/calendar.css", "js/public.js", "js/staff.js", "js/calendar.js"];
const images = ["images/favicon.svg"];
/* What receipts are set in: whole fonts, for typst reads neither woff2 nor a font cut into scripts. */
const printed = {
  inter: ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf"],
  "noto-sans-arabic": ["400Regular/NotoSansArabic_400Regular.ttf", "600SemiBold/NotoSansArabic_600SemiBold.ttf"],
  kosugi: ["Kosugi_400Regular.ttf"],
};

/* dark.css is written once, for [data-theme="dark"]; here it is repeated for people whose
   system is dark and who did not ask for light. */
const darkForTheSystem = {
  name: "dark-for-the-system",
  setup(step) {
    step.onLoad({ filter: /dark\.css$/ }, async ({ path }) => {
      const asked = await readFile(path, "utf8");
      const bySystem = asked.replaceAll('[data-theme="dark"]', ':not([data-theme="light"])');
      return { loader: "css", contents: `${asked}\n@media (prefers-color-scheme: dark) {${bySystem}}` };
    });
  },
};

async function bundle() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [...bundles, ...images].map((name) => `assets/${name}`),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome111", "firefox115", "safari16.4"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "copy" },
    legalComments: "none",
    plugins: [darkForTheSystem],
    metafile: true,
    logLevel: "warning",
  });
  return Object.entries(result.metafile.outputs);
}

/* The name a template asks for: the entry point's, or the only input's (a font). */
function askedName({ entryPoint, inputs }) {
  return basename(entryPoint ?? Object.keys(inputs)[0]);
}

async function copyPrinted() {
  await mkdir(join(dist, "print"));
  for (const [name, files] of Object.entries(printed))
    for (const file of files)
      await copyFile(join(root, "node_modules", "@expo-google-fonts", name, file), join(dist, "print", basename(file)));
}

async function writeLicences() {
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const texts = Object.keys(dependencies).map(async (name) => {
    const paths = ["LICENSE", "LICENSE_FONT"].map((file) => join(root, "node_modules", name, file)).filter(existsSync);
    return [name, ...(await Promise.all(paths.map((path) => readFile(path, "utf8"))))].join("\n\n");
  });
  await writeFile(join(dist, "LICENCES.txt"), (await Promise.all(texts)).join("\n\n----\n\n"));
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const manifest = {};
for (const [path, output] of await bundle()) {
  const file = basename(path);
  manifest[askedName(output)] = file;
  const size = gzipSync(await readFile(join(dist, file))).length;
  console.log(`${(size / 1000).toFixed(1).padStart(6)} kB gz  ${file}`);
}
await copyPrinted();
await writeLicences();
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
