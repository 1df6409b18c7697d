// A button that asks before it does something that cannot be undone.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface ConfirmButtonProps {
  readonly question: string;
  readonly onConfirm: () => void;
  readonly isDisabled?: boolean;
  readonly children: ComponentChildren;
}

export function ConfirmButton({ question, onConfirm, isDisabled = false, children }: ConfirmButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="danger" disabled={isDisabled} onClick={() => dialog.current?.showModal()}>
        {children}
      </button>
      <dialog ref={dialog} aria-label={question}>
        <p>{question}</p>
        <p class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              dialog.current?.close();
              onConfirm();
            }}
          >
            {children}
          </button>
        </p>
      </dialog>
    </>
  );
}
