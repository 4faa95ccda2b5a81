"""Makes the fonts of printed documents: Noto Sans SC, regular and bold, cut to what Chinese business documents need.

    python3 -m venv venv && venv/bin/pip install fonttools==4.68.0
    npm pack @embedpdf/fonts-sc@1.0.0 && tar xzf embedpdf-fonts-sc-1.0.0.tgz
    venv/bin/python tools/fonts/subset.py package crates/print/fonts

Keeps: every character GBK can write, so that rare characters in names print, and the signs GBK lacks: the yen sign, the euro
sign and Latin letters with accents. Leaves out: hinting and layout features, which a printed page does not need. The family gets
a name of its own: one of the two licences reserves the old one for unchanged fonts.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SIGNS = "¥€£©®™°±×÷·–—‘’“”…‰′″№√∞≈≠≤≥←↑→↓•■□▲△▼▽◆◇○●★☆✓"
FAMILY = "Qudao Sans SC"
LIMIT = 5 * 1024 * 1024


def characters():
    """Code points of GBK, printable Latin-1 and Latin Extended-A, and the signs."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(map(ord, SIGNS))
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                points.add(ord(bytes((lead, trail)).decode("gbk")))
            except (UnicodeDecodeError, TypeError):
                continue
    return points


def rename(font, weight):
    """Gives family, full and PostScript name to both places that hold them; keeps copyright, version and licence."""
    script = f"{FAMILY.replace(' ', '')}-{weight}"
    names = {1: FAMILY, 2: weight, 3: f"1.000;{script}", 4: f"{FAMILY} {weight}", 6: script}
    table = font["name"]
    table.names = [one for one in table.names if one.nameID in (0, 5, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames[0] = script
    top[0].FamilyName, top[0].FullName = FAMILY, f"{FAMILY} {weight}"


def cut(source, target, weight):
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ["*"]
    options.notdef_outline = True
    font = TTFont(source)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=characters())
    worker.subset(font)
    rename(font, weight)
    font.save(target)
    size = pathlib.Path(target).stat().st_size
    print(f"{target}: {len(font.getBestCmap())} characters, {size} bytes")
    if size > LIMIT:
        sys.exit(f"{target} is larger than {LIMIT} bytes")


def main():
    package, target = map(pathlib.Path, sys.argv[1:3])
    for weight in ("Regular", "Bold"):
        source = package / "fonts" / f"NotoSansHans-{weight}.otf"
        cut(source, target / f"QudaoSansSC-{weight}.otf", weight)


if __name__ == "__main__":
    main()
