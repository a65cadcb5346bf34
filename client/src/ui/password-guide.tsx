import { PASSWORD_RULES, type PasswordAbout, type PasswordRule } from '@latchkey/shared/password'
import { useEffect, useState } from 'react'
import { classNames } from './class-names.ts'
import { DotIcon, TickIcon } from './icons.tsx'
import { KeyMeter } from './key-meter.tsx'
import { usePasswordVerdict } from './use-password-verdict.ts'

const RULES = Object.entries(PASSWORD_RULES) as [PasswordRule, string][]
const QUIET_MS = 900

/** The rules of a new password, ticked off as it is typed, and how hard it is to guess. */
export function PasswordGuide({
  id,
  password,
  about,
}: {
  id: string
  password: string
  about: PasswordAbout
}) {
  const { verdict, strength } = usePasswordVerdict(password, about)
  const met = RULES.filter(([rule]) => verdict?.rules[rule]).length
  const summary = verdict ? `${met} of ${RULES.length} password rules met. Strength: ${strength}.` : ''

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3 rounded-field bg-sunk p-4">
      <KeyMeter score={verdict?.score} strength={strength} />
      <ul id={id} className="grid gap-1.5 text-small">
        {RULES.map(([rule, sentence]) => (
          <Rule key={rule} met={verdict?.rules[rule] ?? false} sentence={sentence} />
        ))}
      </ul>
      <Whisper text={summary} />
    </div>
  )
}

function Rule({ met, sentence }: { met: boolean; sentence: string }) {
  return (
    <li className={classNames('flex gap-2', met ? 'text-success' : 'text-ink-soft')}>
      {met ? <TickIcon /> : <DotIcon />}
      <span>
        {sentence}
        {met && <span className="sr-only"> (met)</span>}
      </span>
    </li>
  )
}

/** Speaks when the typing pauses, not at every key. */
function Whisper({ text }: { text: string }) {
  const [spoken, setSpoken] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), QUIET_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <p role="status" className="sr-only">
      {spoken}
    </p>
  )
}
