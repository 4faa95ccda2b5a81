/** Design tokens handed to antd; the same values stand as CSS variables in styles.css. */
import { type ThemeConfig, theme } from "antd";
import type { Door } from "@/api/types";
import type { Density } from "./preferences";

const PRIMARY: Record<Door, { light: string; dark: string }> = {
  office: { light: "#2b5ce6", dark: "#3f6ff0" },
  portal: { light: "#0b7a75", dark: "#12908a" },
};

export function themeOf(door: Door, dark: boolean, density: Density, still: boolean): ThemeConfig {
  const algorithm = [dark ? theme.darkAlgorithm : theme.defaultAlgorithm];
  if (density === "compact") algorithm.push(theme.compactAlgorithm);
  // The lighter shade antd would take for what the pointer is over has too little contrast.
  const pointed = dark ? "#8fb0ff" : PRIMARY[door].light;
  return {
    algorithm,
    token: {
      colorPrimary: PRIMARY[door][dark ? "dark" : "light"],
      colorError: dark ? "#e5645b" : "#c0342b",
      colorLink: dark ? "#8fb0ff" : PRIMARY[door].light,
      colorLinkHover: dark ? "#b0c8ff" : pointed,
      colorTextPlaceholder: dark ? "#8f99a8" : "#667080",
      colorTextDescription: dark ? "#a3adba" : "#5b6472",
      motion: !still,
      borderRadius: 8,
      fontSize: 14,
      fontFamily: "var(--font)",
      ...(dark
        ? { colorBgBase: "#12161d", colorBgContainer: "#171c24", colorBgElevated: "#1d232d", colorBorder: "#3a4452" }
        : { colorBorder: "#cfd5de" }),
    },
    components: {
      Button: {
        fontWeight: 500,
        primaryShadow: "none",
        defaultShadow: "none",
        defaultHoverColor: pointed,
        defaultHoverBorderColor: pointed,
      },
      Segmented: { trackBg: dark ? "#262d38" : "#e6e9ef", itemColor: dark ? "#c3cbd6" : "#4a5361" },
    },
  };
}
