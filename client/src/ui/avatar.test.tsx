import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { uma } from '../test/api.ts'
import { Avatar } from './avatar.tsx'

test('without a picture there are initials', () => {
  render(<Avatar user={uma} />)
  expect(screen.getByText('UU')).toBeVisible()
})

test('a picture that does not come gives way to initials', () => {
  render(<Avatar user={{ ...uma, avatarUrl: 'https://pictures.example/uma.png' }} />)
  fireEvent.error(screen.getByRole('presentation'))
  expect(screen.getByText('UU')).toBeVisible()
})
