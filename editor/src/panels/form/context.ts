// What a form control knows about the node it edits.
import { createContext, useContext } from 'react'
import type { KindInfo, Lang, Marks, Schema } from '../../model/catalog'
import { kindWords } from '../../model/catalog'
import { plainWord } from '../../words'
import type { FlowDocument, FlowNode, Json } from '../../model/document'
import type { Registry, TypeField } from '../../model/registry'
import type { Sample } from '../../model/samples'

export interface FormContext {
  readonly document: FlowDocument
  readonly node: FlowNode
  readonly kind: KindInfo
  readonly registry: Registry
  readonly fields: readonly TypeField[]
  readonly types: readonly string[]
  readonly lang: Lang
  /** The last event that came to the node, as far as anything is known of it. */
  readonly last: Sample | null
  /** Set a param of the node; undefined takes it away. */
  set(name: string, value: Json | undefined): void
}

export interface ControlProps {
  readonly id: string
  /** The param this control belongs to. */
  readonly name: string
  readonly schema: Schema
  readonly marks: Marks
  readonly value: Json | undefined
  readonly invalid?: boolean
  readonly onChange: (value: Json | undefined) => void
}

const Context = createContext<FormContext | null>(null)
export const FormProvider = Context.Provider

export function useForm(): FormContext {
  const context = useContext(Context)
  if (!context) throw new Error('outside a form')
  return context
}

/** The label of a param or of one of its values, from the kind's words. */
export function labelOf(kind: KindInfo, lang: Lang, name: string): string {
  return kindWords(kind, lang)?.labels?.[name] ?? plainWord(name, lang) ?? name.replace(/_/g, ' ')
}

/** One of the values that a param may have; `labels` of a kind may name it as "param.value". */
export function valueLabel(kind: KindInfo, lang: Lang, name: string, value: string): string {
  return kindWords(kind, lang)?.labels?.[`${name}.${value}`] ?? plainWord(value, lang) ?? value
}

