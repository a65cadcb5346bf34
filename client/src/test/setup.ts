import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { forgetRenewal } from '../lib/renewed-at.ts'
import { api } from './api.ts'

// The first cold render takes longer than the library's default of one second.
configure({ asyncUtilTimeout: 5_000 })

// jsdom knows the element but not how to open it; what the browser does with a modal is seen in e2e.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true
}
HTMLDialogElement.prototype.close = function close() {
  this.open = false
  queueMicrotask(() => this.dispatchEvent(new Event('close')))
}

const noise = vi.spyOn(console, 'error')

beforeAll(() => api.listen())
beforeEach(() => {
  noise.mockReset()
  window.scrollTo = () => undefined
})
afterEach(() => {
  cleanup()
  api.reset()
  forgetRenewal()
  expect(noise.mock.calls, 'unexpected console.error').toEqual([])
})
afterAll(() => api.close())
