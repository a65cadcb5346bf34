import { TickIcon } from '../../ui/icons.tsx'

/** Whether what stands above is what the server has. */
export function SavedState({ isSaved, isChanged }: { isSaved: boolean; isChanged: boolean }) {
  return (
    <p role="status" className="flex items-center gap-1.5 text-small text-ink-soft empty:hidden">
      {isSaved && (
        <>
          <TickIcon />
          Saved.
        </>
      )}
      {isChanged && 'There are changes that are not saved yet.'}
    </p>
  )
}
