/** The page as a reader sees it, without markup. */
export function textOf(html: string): string {
  return html
    .replace(/<(style|desc|title)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
}
