// Colours of lines. They differ in lightness too, so that people who do not see all colours can tell them apart; taken
// from the palette of Okabe & Ito (2008), darker or lighter for the contrast with the background.
import { theme } from '../state/theme.ts';

const palettes = {
  light: ['#1f54c7', '#b8500b', '#0b7a5a', '#a3366f', '#5b4bb5', '#7a6300', '#0f7290', '#8a2f2f'],
  dark: ['#8ab4ff', '#ffae66', '#5fd3ae', '#f29ac4', '#b9a8ff', '#e6cf5a', '#6fcbe8', '#ff9b9b'],
} as const;

export function colorOf(index: number): string {
  const palette = palettes[theme.value];
  return palette[index % palette.length] ?? palette[0];
}
