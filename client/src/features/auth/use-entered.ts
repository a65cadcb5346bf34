import { useLocation } from '@tanstack/react-router'

/** What somebody has typed on the page before, kept beside the address bar and not in it. */
export const useEntered = () => useLocation({ select: ({ state }) => state.entered }) ?? {}
