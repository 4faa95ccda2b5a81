/** Draws figures with echarts; only this chunk carries it. Colours come from the page's tokens, so light and dark both work. */
import { BarChart, FunnelChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { Session } from "@/api/types";
import { type Language, useLanguage } from "@/i18n";
import { useDark } from "@/ui/preferences";
import { useKit } from "../context";
import { type Figures, figureText, kindOf, lengthOf } from "./figures";

echarts.use([BarChart, LineChart, PieChart, FunnelChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const LIGHT = ["#2b5ce6", "#12908a", "#c98a0c", "#7b4fd0", "#c9503f", "#3d87a8", "#5f9b3c"];
const DARK = ["#6f97ff", "#35bfb5", "#e6b14a", "#ab8af0", "#ef8478", "#6fb9d8", "#93cc6c"];

/** Room for names beside flat bars, in pixels. */
const FLAT_LABEL = 150;

/** Names come from records, and a tooltip is drawn as HTML. Text within the chart itself is not. */
const { encodeHTML } = echarts.format;

type Option = Parameters<echarts.ECharts["setOption"]>[0];

function seriesName(figures: Figures, index: number, language: Language): string {
  return language.say(figures.reply.columns[figures.groups + index]?.label);
}

function roundOption(figures: Figures, language: Language, site: Session["site"], ink: string): Option {
  const column = figures.reply.columns[figures.groups];
  const kind = kindOf(column?.type);
  const data = figures.reply.rows.map((row, index) => ({ name: figures.labels[index], value: lengthOf(row[figures.groups]) }));
  const text = (at: number) => figureText(figures.reply.rows[at]?.[figures.groups], kind, language, site, true);
  const named = (name: string) => `${name}  ${text(figures.labels.indexOf(name))}`;
  const tooltip = { trigger: "item", formatter: ({ name }: { name: string }) => encodeHTML(named(name)) };
  if (figures.tile.kind === "funnel") {
    const label = { color: ink, position: "right", formatter: ({ name }: { name: string }) => named(name) };
    return {
      tooltip,
      series: [
        { type: "funnel", sort: "none", left: "4%", width: "58%", top: 10, bottom: 10, gap: 2, minSize: "4%", label, data },
      ],
    } as Option;
  }
  const legend = {
    orient: "vertical",
    left: "56%",
    top: "middle",
    type: "scroll",
    textStyle: { color: ink },
    icon: "circle",
    itemWidth: 9,
    itemHeight: 9,
    formatter: named,
  };
  return {
    tooltip,
    legend,
    series: [
      {
        type: "pie",
        radius: ["40%", "62%"],
        center: ["28%", "50%"],
        label: { show: false },
        itemStyle: { borderWidth: 2, borderColor: "transparent" },
        data,
      },
    ],
  } as Option;
}

function axisOption(figures: Figures, language: Language, site: Session["site"], ink: string, line: string): Option {
  const { reply, groups, labels, tile } = figures;
  const kinds = tile.measures.map((_, index) => kindOf(reply.columns[groups + index]?.type));
  const flat = tile.kind === "bar" && labels.some((label) => label.length > 8);
  const category = {
    type: "category",
    data: labels,
    inverse: flat,
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: ink, width: flat ? FLAT_LABEL : undefined, overflow: "truncate", hideOverlap: true },
  };
  const top = tile.measures.length > 1 ? 34 : 14;
  const value = {
    type: "value",
    splitLine: { lineStyle: { color: line, type: "dashed" } },
    splitNumber: flat ? 3 : 5,
    axisLabel: {
      color: ink,
      hideOverlap: true,
      formatter: (at: number) => figureText(String(at), kinds[0] ?? "number", language, site, true),
    },
  };
  const series = tile.measures.map((measure, index) => ({
    type: tile.kind === "line" ? "line" : "bar",
    name: seriesName(figures, index, language),
    id: measure,
    data: reply.rows.map((row) => lengthOf(row[groups + index])),
    barMaxWidth: 28,
    itemStyle: { borderRadius: flat ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    smooth: false,
    symbolSize: 7,
    areaStyle: tile.kind === "line" && tile.measures.length === 1 ? { opacity: 0.08 } : undefined,
  }));
  return {
    tooltip: {
      trigger: "axis",
      axisPointer: { type: tile.kind === "bar" ? "shadow" : "line" },
      formatter: (points: { dataIndex: number; seriesIndex: number; seriesName: string; marker: string }[]) => {
        const first = points[0];
        const lines = points.map(
          (point) =>
            `${point.marker} ${encodeHTML(point.seriesName)} <b>${figureText(reply.rows[point.dataIndex]?.[groups + point.seriesIndex], kinds[point.seriesIndex] ?? "number", language, site)}</b>`,
        );
        return [encodeHTML(labels[first?.dataIndex ?? -1] ?? ""), ...lines].join("<br/>");
      },
    },
    legend: tile.measures.length > 1 ? { top: 0, itemGap: 22, textStyle: { color: ink } } : undefined,
    grid: flat
      ? { left: FLAT_LABEL + 12, right: 24, top, bottom: 24 }
      : { left: 8, right: 20, top, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: flat ? value : category,
    yAxis: flat ? category : value,
    series,
  } as Option;
}

export default function Chart({
  figures,
  onPick,
}: {
  figures: Figures;
  onPick: (row: number, measure: string | undefined) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const language = useLanguage();
  const { session } = useKit();
  const dark = useDark();
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    if (!box.current) return;
    const made = echarts.init(box.current, null, { renderer: "svg" });
    chart.current = made;
    made.on("click", (event) => pick.current(event.dataIndex, event.seriesId));
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (!box.current) return;
    // Measured on a canvas, which does not know "inherit".
    const textStyle = { fontFamily: getComputedStyle(box.current).fontFamily };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [ink, line] = dark ? ["#a0abba", "#29313d"] : ["#596373", "#e3e7ed"];
    const round = figures.tile.kind === "pie" || figures.tile.kind === "funnel";
    const option = round
      ? roundOption(figures, language, session.site, ink)
      : axisOption(figures, language, session.site, ink, line);
    chart.current?.setOption(
      { animation: !still, animationDuration: 300, color: dark ? DARK : LIGHT, textStyle, ...option },
      true,
    );
  }, [figures, language, session.site, dark]);

  return (
    <div
      ref={box}
      className="chart"
      role="img"
      aria-label={language.t("dashboard.chart", { label: language.say(figures.tile.label) })}
    />
  );
}
