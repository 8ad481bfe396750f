/** What the page needs did not come. The words of the chosen language may be the very thing: these are in both. */
export function sayThatItFailed(): void {
  const place = document.getElementById('app');
  if (place)
    place.innerText =
      'This page could not be loaded. Check your connection, then load it again.\n页面没能加载出来。请检查网络，然后重新加载。';
}
