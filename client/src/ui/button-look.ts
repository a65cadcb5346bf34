import { classNames } from './class-names.ts'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet'

/** Also worn by links that look like buttons. */
export const buttonLook = (variant: ButtonVariant, more?: string): string =>
  classNames(SHAPE, LOOKS[variant], more)

const SHAPE =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-field py-2 text-center font-semibold ' +
  'transition-[background-color,border-color,translate] duration-150 ease-latch ' +
  'active:translate-y-px disabled:cursor-progress disabled:translate-y-0'

const LOOKS: Record<ButtonVariant, string> = {
  primary:
    'bg-action px-5 text-action-ink shadow-[inset_0_1px_0_rgb(255_255_255/18%)] hover:bg-action-hover disabled:bg-action/80',
  secondary:
    'border border-line-strong bg-surface px-5 text-ink hover:bg-sunk ' +
    'aria-disabled:cursor-default aria-disabled:text-ink-soft aria-disabled:hover:bg-surface',
  quiet: 'px-3 text-ink hover:bg-sunk',
}
