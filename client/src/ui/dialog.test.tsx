import { fireEvent, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, test, vi } from 'vitest'
import { Dialog } from './dialog.tsx'

const settle = () => new Promise((resolve) => setTimeout(resolve, 10))

function openDialog() {
  const onClose = vi.fn()
  const { unmount } = render(
    <StrictMode>
      <Dialog title="Sure?" onClose={onClose}>
        <button>No</button>
      </Dialog>
    </StrictMode>,
  )
  return { onClose, unmount, dialog: screen.getByRole<HTMLDialogElement>('dialog', { name: 'Sure?' }) }
}

test('a dialog is open for as long as it is rendered, also when it is rendered twice', async () => {
  const { dialog, onClose, unmount } = openDialog()
  await settle()
  expect(dialog.open).toBe(true)
  expect(onClose).not.toHaveBeenCalled()
  unmount()
  expect(dialog.open).toBe(false)
})

test('when the browser closes it, as at Escape, whoever opened it is told', async () => {
  const { dialog, onClose } = openDialog()
  await settle()
  dialog.open = false
  fireEvent(dialog, new Event('close'))
  expect(onClose).toHaveBeenCalledOnce()
})
