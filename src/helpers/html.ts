const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that stands in HTML as itself, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** One line of Markdown: code spans, and nothing else. */
export function inlineMarkdown(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

const listItems = (block: string): string[] =>
  block.split(/^- /m).flatMap((item) => item.trim().replace(/\s+/g, ' ') || []);

function blockMarkdown(block: string): string {
  const fence = /^```\w*\n([^]*)\n```$/.exec(block);
  if (fence) return `<pre><code>${escapeHtml(fence[1] ?? '')}</code></pre>`;
  if (block.startsWith('## ')) return `<h2>${inlineMarkdown(block.slice(3))}</h2>`;
  if (block.startsWith('- '))
    return `<ul>${listItems(block)
      .map((item) => `<li>${inlineMarkdown(item)}</li>`)
      .join('')}</ul>`;
  return `<p>${inlineMarkdown(block)}</p>`;
}

/** The Markdown of our own documents: headings of the second level, paragraphs, lists, code. */
export function markdown(text: string): string {
  const blocks = text.match(/^```[^]*?^```$|(?:^(?!```).+\n?)+/gm) ?? [];
  return blocks.map((block) => blockMarkdown(block.trim())).join('\n');
}
