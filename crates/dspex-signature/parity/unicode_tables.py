"""Prints the tables of Unicode on which DSPy's texts depend, as Rust.

    python crates/dspex-signature/parity/unicode_tables.py

The interpreter is the source: what Python 3.11 (Unicode 14) and the `regex` module (which has
tables of its own) say of each code point is written to `src/value/unicode/*_tables.rs`. Run it
with the versions of the corpus; another version is refused.
"""

import sys
import unicodedata
from pathlib import Path

import regex

PYTHON, UNICODE, REGEX = (3, 11), "14.0.0", "2026.11.15"
TABLES = Path(__file__).resolve().parent.parent / "src" / "value" / "unicode"
SURROGATES = range(0xD800, 0xE000)
CHARS = [chr(code) for code in range(sys.maxunicode + 1) if code not in SURROGATES]
WIDTH = 100


def is_final_after(text):
    """Whether a capital sigma after the text becomes a final one."""
    return (text + "Σ").lower().endswith("ς")


def is_cased(char):
    """Whether `str.title` takes what follows for the rest of a word."""
    return (char + "a").title().endswith("a")


def is_passed_over(char):
    """Whether a sigma looks past the character for the letter beside it."""
    return is_final_after("a" + char) and not is_final_after(char)


CLASSES = {
    "PRINTABLE": ("what `str.isprintable` takes", str.isprintable),
    "ALPHANUMERIC": ("what `str.isalnum` takes", str.isalnum),
    "DECIMAL": ("what `str.isdecimal` takes, and `\\d` of `re`", str.isdecimal),
    "UPPERCASE": ("what `str.isupper` takes", str.isupper),
    "LOWERCASE": ("what `str.islower` takes", str.islower),
    "TITLECASE": ("the category Lt", lambda char: unicodedata.category(char) == "Lt"),
    "CASED": ("the letters behind which `str.title` goes on with lower case", is_cased),
    "CASE_IGNORABLE": ("what a sigma looks past for that letter", is_passed_over),
    "IDENTIFIER_START": ("what begins an identifier", str.isidentifier),
    "IDENTIFIER_CONTINUE": (
        "what may follow in an identifier",
        lambda char: ("a" + char).isidentifier(),
    ),
    "ASSIGNED": ("what has a meaning", lambda char: unicodedata.category(char) != "Cn"),
}

# DPR's tokenizer as DSPy builds it, one class at a time.
FLAGS = regex.IGNORECASE + regex.UNICODE + regex.MULTILINE
DPR_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]", FLAGS)
DPR_TOKEN = regex.compile(r"[^\p{Z}\p{C}]", FLAGS)

DPR_CLASSES = {
    "DPR_WORD": ("what makes a word: `[\\p{L}\\p{N}\\p{M}]`", DPR_WORD.match),
    "DPR_BETWEEN": (
        "what parts words and is none: `[\\p{Z}\\p{C}]`",
        lambda char: not DPR_WORD.match(char) and not DPR_TOKEN.match(char),
    ),
}


def ranges(takes):
    """First and last code of each run; a run goes on across the surrogates, which Rust has not."""
    found = []
    for char in CHARS:
        code = ord(char)
        # Below 0x80 the functions decide by themselves.
        if code < 0x80 or not takes(char):
            continue
        if found and found[-1][1] in (code - 1, 0xD7FF if code == 0xE000 else None):
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def runs(convert):
    """First, last, step and distance of each run of characters that one character stands for."""
    found = []
    for char in CHARS:
        code, target = ord(char), convert(char)
        if code < 0x80 or len(target) != 1 or target == char:
            continue
        distance = ord(target) - code
        if found:
            first, last, step, known = found[-1]
            gap = code - last
            if known == distance and gap <= 2 and (first == last or gap == step):
                found[-1] = (first, code, gap, distance)
                continue
        found.append((code, code, 1, distance))
    return found


def wrapped(items):
    lines, line = [], "   "
    for item in items:
        if len(line) + len(item) + 2 > WIDTH:
            lines.append(line)
            line = "   "
        line += f" {item},"
    return "\n".join([*lines, line])


def class_table(name, about, takes):
    items = [f"(0x{first:x}, 0x{last:x})" for first, last in ranges(takes)]
    return f"/// {about[0].upper()}{about[1:]}, from U+0080 on.\n#[rustfmt::skip]\n" + (
        f"pub(super) static {name}: &[(u32, u32)] = &[\n{wrapped(items)}\n];\n"
    )


def run_table(name, about, convert):
    items = [f"(0x{a:x}, 0x{b:x}, {step}, {far})" for a, b, step, far in runs(convert)]
    return f"/// {about}\n#[rustfmt::skip]\n" + (
        f"pub(super) static {name}: &[(u32, u32, u32, i32)] = &[\n{wrapped(items)}\n];\n"
    )


def text_table(name, about, convert, is_listed):
    def quoted(text):
        return '"' + "".join(f"\\u{{{ord(char):x}}}" for char in text) + '"'

    chars = [char for char in CHARS if ord(char) >= 0x80 and is_listed(char)]
    items = [f"(0x{ord(char):x}, {quoted(convert(char))})" for char in chars]
    return f"/// {about}\n#[rustfmt::skip]\n" + (
        f"pub(super) static {name}: &[(u32, &str)] = &[\n{wrapped(items)}\n];\n"
    )


def case_tables():
    step = "first, last, step, and how far away the other one stands."
    yield run_table("TO_LOWER", f"Letters with one lower case letter: {step}", str.lower)
    yield run_table("TO_UPPER", f"Letters with one upper case letter: {step}", str.upper)
    yield text_table(
        "TO_UPPERS",
        "Letters whose upper case is several.",
        str.upper,
        lambda char: len(char.upper()) > 1,
    )
    yield text_table(
        "TO_TITLES",
        "Letters whose title case is not their upper case.",
        str.title,
        lambda char: char.title() != char.upper(),
    )


def write(name, about, tables):
    source = f"//! {about}\n//!\n//! Printed by `parity/unicode_tables.py`; do not edit.\n\n"
    (TABLES / name).write_text(source + "\n".join(tables), encoding="utf-8")


def main():
    given = (sys.version_info[:2], unicodedata.unidata_version, regex.__version__)
    if given != (PYTHON, UNICODE, REGEX):
        sys.exit(f"the tables are those of {PYTHON}, {UNICODE}, {REGEX}; this is {given}")
    assert [char for char in CHARS if len(char.lower()) > 1] == ["İ"]
    TABLES.mkdir(exist_ok=True)
    write(
        "class_tables.rs",
        "Classes of characters as Python 3.11 has them (Unicode 14).",
        [class_table(name, *entry) for name, entry in CLASSES.items()],
    )
    write(
        "case_tables.rs",
        "Lower, upper and title case as Python 3.11 has them (Unicode 14).",
        case_tables(),
    )
    write(
        "dpr_tables.rs",
        f"Classes of characters as the `regex` module {REGEX} has them.",
        [class_table(name, *entry) for name, entry in DPR_CLASSES.items()],
    )


if __name__ == "__main__":
    main()
