"""Names that nobody in particular has, for patients who never were; addresses and numbers that reach nobody.

`.example` is reserved for examples (RFC 2606), and 555-0100 to 555-0199 for fiction.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from saas.patients import rules

_GIVEN = (
    "Abena Adaeze Aiko Alma Amara Amir Anouk Anselm Asha Astrid Ayaan Beatrix Bogdan Caio Camille Chidi Clara "
    "Concetta Dafydd Dagny Delia Dinesh Eamon Ebele Eleni Elif Emeka Esra Farid Fatou Fennimore Freya Gael Gita "
    "Goran Hamza Hedda Hiro Ibrahim Ilse Imani Ines Ismael Ivo Jamila Jin Jonas Juno Kaveh Keala Kofi Laszlo "
    "Leilani Leocadia Lorenz Mahina Maja Malik Marisol Mateus Mei Milan Minh Mirela Naira Nasrin Nele Nikhil "
    "Noor Odile Olena Omar Oskar Paloma Parisa Pilar Qadir Rasmus Ravi Rosalind Ruta Saga Samir Sanna Selam "
    "Shira Sione Soraya Tadeo Tamsin Teuila Thandi Tomas Uma Valentin Vesna Wanjiru Xiomara Yael Yusuf Zeynep Zofia"
)
_FAMILY = (
    "Abara Achterhof Adeyemi Aguilar Albrecht Amundsen Andrade Arslan Bakshi Balogun Barzani Bellweather Bergstrom "
    "Bianchi Boateng Bramwell Castellan Chaudhry Chikere Coppersmith Dalgaard Delacroix Demir Dragomir Duong "
    "Ekwueme Eskildsen Fairweather Farkas Ferreira Fontanelle Gallardo Georgiou Ghorbani Grabowski Haddix Halloran "
    "Hashimoto Havili Hollis Iyer Jankowski Jarrah Kaapana Kaminski Karlsen Kealoha Kiplagat Kovacs Lamott Larkspur "
    "Lindqvist Maalouf Mabaso Madaki Marchetti Mbeki Moreau Nakagawa Nduka Novotny Okafor Olander Ostrander Paquette "
    "Pereira Petrov Quispe Rahimi Ravenscroft Rezaei Rosenthal Rourke Sandoval Sefo Sepulveda Shimizu Sorensen "
    "Stavros Takacs Tamura Thackeray Toledano Tran Ueda Umarov Valadez Vandermeer Villanueva Wainwright Winterbourne "
    "Wojcik Xiong Yamauchi Yeboah Zaman Zielinski"
)
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
AREA_CODES = (201, 212, 347, 480, 551, 602, 623, 646, 917)


@dataclass(frozen=True)
class Someone:
    """A patient who never was."""

    given_name: str
    family_name: str
    email: str
    phone: str
    birth_date: date | None


def someone(chance: Random, number: int, today: date) -> Someone:
    """Invent a patient; *number* keeps addresses apart."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    email = f"{rules.name_key(given)}.{rules.name_key(family)}{number}@mail.example"
    phone = f"+1{chance.choice(AREA_CODES)}55501{chance.randrange(100):02}"
    born = today - timedelta(days=chance.randrange(19 * 365, 84 * 365)) if chance.random() < 0.7 else None
    return Someone(given, family, email, phone, born)
