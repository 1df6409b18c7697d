/** Takes the colours that the system has, light or dark, also when they change. */
export function followTheme(onChange: () => void): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', () => {
    apply();
    onChange();
  });
  apply();
}
