export function ComparePage() {
  return <p class="message">Compare</p>;
}
