// The pictures that kinds name, bundled; an unknown name gets a neutral one.
import { CircleHelp } from 'lucide-react'
import { ICONS } from '../generated/icons'

export function KindIcon({ name, size = 16 }: { name: string | undefined; size?: number }) {
  const Icon = ICONS[name ?? ''] ?? CircleHelp
  return <Icon size={size} aria-hidden />
}
