import { OPAQUE, type Inspected } from './inspected';
import { extensionOf } from './executables';

const OFFICE = 'application/vnd.openxmlformats-officedocument.';
const OPEN = 'application/vnd.oasis.opendocument.';

/** What a file of this container is, if its name says so. */
const BY_NAME: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'application/zip': {
    docx: `${OFFICE}wordprocessingml.document`,
    xlsx: `${OFFICE}spreadsheetml.sheet`,
    pptx: `${OFFICE}presentationml.presentation`,
    odt: `${OPEN}text`,
    ods: `${OPEN}spreadsheet`,
    odp: `${OPEN}presentation`,
    epub: 'application/epub+zip',
  },
  'application/x-cfb': {
    doc: 'application/msword',
    xls: 'application/vnd.ms-excel',
    ppt: 'application/vnd.ms-powerpoint',
    msg: 'application/vnd.ms-outlook',
  },
  'text/plain': {
    csv: 'text/csv',
    tsv: 'text/tab-separated-values',
    md: 'text/markdown',
    markdown: 'text/markdown',
    json: 'application/json',
    ics: 'text/calendar',
    vcf: 'text/vcard',
    vtt: 'text/vtt',
  },
};

/** Told to readers as they are; pictures among them that no browser or not every browser shows. */
const KNOWN = new Set(
  (
    'application/pdf application/zip application/gzip application/x-7z-compressed application/x-rar-compressed ' +
    'application/x-tar application/x-bzip2 application/x-xz application/zstd application/rtf application/epub+zip ' +
    'application/postscript application/vnd.ms-powerpoint application/msword application/vnd.ms-excel ' +
    'application/vnd.ms-outlook image/heic image/heif image/tiff image/bmp image/x-icon image/jxl image/vnd.adobe.photoshop ' +
    'image/x-canon-cr2 image/x-canon-cr3 image/x-nikon-nef image/x-sony-arw image/x-adobe-dng video/x-msvideo ' +
    'video/x-ms-asf video/mp2t video/mpeg audio/amr application/x-compress audio/ape audio/midi font/otf font/ttf font/woff font/woff2'
  ).split(' '),
);
const FAMILIES = [OFFICE, OPEN];

/** Anything that a browser or viewer could take for a page with scripts in it. */
const MARKUP = /^\s*<|<(?:!doctype|html|head|body|script|svg|iframe|\?xml|xsl:|\w+:script)\b|javascript:/i;

/** Text has no control characters but blanks, line ends and escape sequences. */
const isText = (bytes: Buffer): boolean =>
  !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));

/** The characters of a text in UTF-8, Latin-1 or, with a byte order mark, UTF-16; nothing for other bytes. */
function textOf(head: Buffer): string | undefined {
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  if (encoding) return new TextDecoder(encoding).decode(head);
  return isText(head) ? new TextDecoder().decode(head) : undefined;
}

/**
 * What is neither picture nor sound nor film.
 * @param head the first 64 KiB
 * @param found what the bytes say by their magic numbers
 */
export function documentOf(head: Buffer, found: string | undefined, name: string): Inspected {
  const text = textOf(head);
  const type = found ?? (text === undefined ? undefined : 'text/plain');
  if (type === 'text/plain' && MARKUP.test(text ?? '')) return OPAQUE;
  if (type === undefined) return OPAQUE;
  const refined = BY_NAME[type]?.[extensionOf(name)];
  if (refined === 'application/json' && !/^\s*[[{"\dtfn-]/.test(text ?? ''))
    return { kind: 'file', mimeType: type };
  if (refined) return { kind: 'file', mimeType: refined };
  const told = type === 'text/plain' || KNOWN.has(type) || FAMILIES.some((family) => type.startsWith(family));
  return told ? { kind: 'file', mimeType: type } : OPAQUE;
}
