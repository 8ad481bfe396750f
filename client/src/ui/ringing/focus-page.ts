/** What had the focus is gone: reading goes on from the beginning of the page. */
export function focusPage(): void {
  const begin = document.querySelector<HTMLElement>('main h1') ?? document.querySelector<HTMLElement>('main');
  if (!begin) return;
  if (!begin.hasAttribute('tabindex')) begin.tabIndex = -1;
  begin.focus({ preventScroll: true });
}
