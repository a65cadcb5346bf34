import { classNames } from '../../ui/class-names.ts'
import { KeyIcon, WarningIcon } from '../../ui/icons.tsx'
import { Moment } from '../../ui/moment.tsx'
import { wordsOf } from './event-words.ts'
import type { Run } from './own-events.ts'

export function EventRow({ latest, times }: Run) {
  const { sentence, watch } = wordsOf(latest.action)
  return (
    <li className="flex items-start gap-4 py-3">
      <span
        className={classNames(
          'grid size-11 shrink-0 place-items-center rounded-field',
          watch ? 'bg-notice-wash text-notice' : 'bg-sunk text-ink-soft',
        )}
      >
        {watch ? <WarningIcon /> : <KeyIcon />}
      </span>
      <div className="grid min-w-0 gap-0.5">
        <p className="font-semibold">
          {sentence}
          {times > 1 && <span className="font-normal text-ink-soft"> {times} times</span>}
        </p>
        <p className="flex flex-wrap gap-x-4 text-small text-ink-soft">
          <Moment at={latest.at} look="minute" />
          <span>{latest.client}</span>
          <span>{latest.ipMasked ?? 'Address unknown'}</span>
        </p>
      </div>
    </li>
  )
}
