import { expect, it } from "vitest";
import { compareTexts } from "./likeness";

const marked = (left: string, right: string) =>
  compareTexts(left, right).map((side) => side.map((piece) => (piece.same ? `[${piece.text}]` : piece.text)).join(""));

it.each([
  [
    "上海浦江精密仪器有限公司",
    "浦江精密仪器（上海）股份公司",
    "上海[浦江精密仪器]有限[公司]",
    "[浦江精密仪器]（上海）股份[公司]",
  ],
  ["ABC", "ａｂｄ", "[AB]C", "[ａｂ]ｄ"],
  ["甲", "", "甲", ""],
  ["（", "（", "（", "（"],
])("marks what %j and %j share", (left, right, first, second) => expect(marked(left, right)).toEqual([first, second]));
