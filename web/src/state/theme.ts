// Light or dark colours: as the system has them, until a person chooses.
import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const key = 'a3c-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function readTheme(): Theme {
  const chosen = localStorage.getItem(key);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return system.matches ? 'dark' : 'light';
}

export const theme = signal<Theme>(readTheme());

function show(): void {
  document.documentElement.dataset.theme = theme.value;
}

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(key, theme.value);
  show();
}

system.addEventListener('change', () => {
  theme.value = readTheme();
  show();
});
show();
