// The text in the prompt box, so that examples and other places can write into it.
import { create } from 'zustand'

export const usePrompt = create<{ text: string; focus: number }>()(() => ({ text: '', focus: 0 }))
