import { onBeforeUnmount, watch, type Ref } from 'vue';

/**
 * The page's title says who calls, for whoever looks at another tab. What the page itself wants to be called meanwhile is
 * what it is called afterwards.
 * @param calling empty: nobody
 */
export function useRingingTitle(calling: Readonly<Ref<string>>): void {
  let own = '';
  let put = '';
  const watching = new MutationObserver(() => {
    if (document.title === put) return;
    own = document.title;
    document.title = put;
  });
  function stop(): void {
    watching.disconnect();
    // A page that was opened by now has its own title already.
    if (put !== '' && document.title === put) document.title = own;
    put = '';
  }
  watch(
    calling,
    (words) => {
      stop();
      if (words === '') return;
      own = document.title;
      put = words;
      document.title = words;
      watching.observe(document.head, { childList: true, subtree: true, characterData: true });
    },
    { immediate: true },
  );
  onBeforeUnmount(stop);
}
