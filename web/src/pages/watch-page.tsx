export function WatchPage({ id }: { readonly id: string }) {
  return <p class="message">{id}</p>;
}
