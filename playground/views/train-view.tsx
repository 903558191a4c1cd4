export function TrainView() {
  return (
    <div class="empty">
      <p>Training</p>
    </div>
  );
}
