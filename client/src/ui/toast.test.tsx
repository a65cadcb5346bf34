import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ToastProvider, useToast } from './toast.tsx'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function Toaster({ text }: { text: string }) {
  const showToast = useToast()
  return <button onClick={() => showToast(text)}>Show</button>
}

function showToast(text = 'Saved.') {
  render(
    <ToastProvider>
      <Toaster text={text} />
    </ToastProvider>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
}

test('a toast is said politely and goes by itself', () => {
  showToast()
  expect(screen.getByRole('status')).toHaveTextContent('Saved.')
  act(() => void vi.advanceTimersByTime(8_000))
  expect(screen.getByRole('status')).toBeEmptyDOMElement()
})

test('a toast stays while somebody is at it', () => {
  showToast()
  fireEvent.focus(screen.getByRole('button', { name: 'Dismiss this message' }))
  act(() => void vi.advanceTimersByTime(60_000))
  expect(screen.getByText('Saved.')).toBeVisible()
})

test('the same message stands there once', () => {
  showToast()
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(screen.getAllByText('Saved.')).toHaveLength(1)
})
