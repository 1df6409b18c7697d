export function NewJobPage() {
  return <p class="message">New job</p>;
}
