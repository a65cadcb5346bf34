import './lib/zod-setup.ts'
import './styles/app.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isApiFailure } from './lib/api-error.ts'
import { createAppRouter } from './router.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

// What the server refuses is shown on the page; only the page's own faults are errors of the page.
const onCaughtError = (thrown: unknown) => {
  if (!isApiFailure(thrown)) console.error(thrown)
}

createRoot(root, { onCaughtError }).render(
  <StrictMode>
    <RouterProvider router={createAppRouter()} />
  </StrictMode>,
)
