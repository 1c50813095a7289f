/** Mantine in our colours: its variables are pointed at the tokens, which know light and dark. */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e0f2f4",
  "#c5e8ec",
  "#99dbe3",
  "#66cdd9",
  "#3bc9db",
  "#22b8cf",
  "#1098ad",
  "#0b7285",
  "#095c6b",
  "#074652",
];

export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "11px", sm: "13px", md: "14px", lg: "15px", xl: "15px" },
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  colors: { accent },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  // Mantine chooses the text on the accent for light alone; on the bright accent of dark it would be white.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    return input.variant === "filled" ? { ...colours, color: "var(--accent-text)" } : colours;
  },
  defaultRadius: 6,
  respectReducedMotion: true,
});

const tokens = {
  "--mantine-color-body": "var(--surface-raised)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-dim)",
  "--mantine-color-default": "var(--surface-raised)",
  "--mantine-color-default-hover": "var(--surface)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--border-strong)",
  "--mantine-color-error": "var(--error)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-placeholder": "var(--text-dim)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens });
