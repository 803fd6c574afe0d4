// The few pictures that kinds name, bundled; an unknown name gets a neutral one.
import {
  Activity, AlarmClock, ArrowRightLeft, Bell, BellRing, Bot, Braces, Calculator, CalendarClock, Camera, ChartColumn, ChartLine, CircleHelp,
  Clock, Cpu, Database, Diff, Equal, Filter, FunctionSquare, Gauge, GitBranch, GitMerge, Globe, Hand, Hourglass, Mail, MapPin,
  MessageSquare, Network, Pencil, PencilLine, Play, Power, Radio, RadioTower, Repeat, Replace, Router, Rss, Save, Send, Sigma, SlidersHorizontal,
  Snowflake, Sparkles, Split, SquareFunction, SquareTerminal, Table, Tags, Terminal, Thermometer, Timer, TimerOff, TimerReset, ToggleLeft,
  TrendingUp, Users, Webhook, Zap, type LucideIcon,
} from 'lucide-react'

export const ICONS: { readonly [name: string]: LucideIcon } = {
  'activity': Activity, 'alarm-clock': AlarmClock, 'arrow-right-left': ArrowRightLeft, 'bell': Bell, 'bell-ring': BellRing, 'bot': Bot,
  'braces': Braces, 'calculator': Calculator, 'calendar-clock': CalendarClock, 'camera': Camera, 'chart-column': ChartColumn, 'chart-line': ChartLine,
  'clock': Clock, 'cpu': Cpu, 'database': Database, 'diff': Diff, 'equal': Equal, 'filter': Filter, 'function-square': FunctionSquare,
  'gauge': Gauge, 'git-branch': GitBranch, 'git-merge': GitMerge, 'globe': Globe, 'hand': Hand, 'hourglass': Hourglass, 'mail': Mail,
  'map-pin': MapPin, 'message-square': MessageSquare, 'network': Network, 'pencil': Pencil, 'pencil-line': PencilLine, 'play': Play,
  'power': Power, 'radio': Radio, 'radio-tower': RadioTower, 'repeat': Repeat, 'replace': Replace, 'router': Router, 'rss': Rss, 'save': Save, 'send': Send,
  'sigma': Sigma, 'sliders': SlidersHorizontal, 'sliders-horizontal': SlidersHorizontal, 'snowflake': Snowflake, 'sparkles': Sparkles,
  'split': Split, 'square-function': SquareFunction, 'square-terminal': SquareTerminal, 'table': Table, 'tags': Tags,
  'terminal': Terminal, 'thermometer': Thermometer, 'timer': Timer, 'timer-off': TimerOff, 'timer-reset': TimerReset, 'toggle-left': ToggleLeft,
  'trending-up': TrendingUp, 'users': Users, 'webhook': Webhook, 'zap': Zap,
}

export function KindIcon({ name, size = 16 }: { name: string | undefined; size?: number }) {
  const Icon = ICONS[name ?? ''] ?? CircleHelp
  return <Icon size={size} aria-hidden />
}
