// What stands on the virtual display, as its server keeps it in a file: the pixels that a person would see. A picture that the
// driver takes would not do, since the web view paints it anew and leaves out what WebGL has drawn since.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** Places of numbers in the head of an X window dump, in bytes. */
const HEAD = { size: 0, width: 16, height: 20, bitsPerPixel: 44, bytesPerLine: 48, colours: 76 };
/** Bytes of a colour in the table between head and pixels. */
const COLOUR = 12;

export class Screen {
  /** Reads the display whose server was started with `-fbdir FOLDER`. */
  constructor(folder) {
    const dump = readFileSync(join(folder, "Xvfb_screen0"));
    const number = (at) => dump.readUInt32BE(at);
    if (number(HEAD.bitsPerPixel) !== 32) throw new Error("the display has to be 24 bits deep: -screen 0 WIDTHxHEIGHTx24");
    this.width = number(HEAD.width);
    this.height = number(HEAD.height);
    this.line = number(HEAD.bytesPerLine);
    this.pixels = dump.subarray(number(HEAD.size) + number(HEAD.colours) * COLOUR);
  }

  /** Red, green and blue, from 0 to 255. */
  at(x, y) {
    const from = y * this.line + x * 4;
    return [this.pixels[from + 2], this.pixels[from + 1], this.pixels[from]];
  }

  /** How many of a box's pixels each colour has, by its name in CSS: "#1b6b3a". */
  colours({ x, y, width, height }) {
    const counts = new Map();
    for (let row = Math.ceil(y); row < y + height; row += 1) {
      for (let column = Math.ceil(x); column < x + width; column += 1) {
        const name = `#${this.at(column, row).map((part) => part.toString(16).padStart(2, "0")).join("")}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** Keeps it as a PNG file. */
  save(path) {
    const rows = Buffer.alloc(this.height * (1 + this.width * 3));
    for (let y = 0, to = 0; y < this.height; y += 1) {
      // Each row begins with its filter: none.
      to += 1;
      for (let x = 0; x < this.width; x += 1) for (const part of this.at(x, y)) rows[to++] = part;
    }
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
    head.writeUInt32BE(this.width, 0);
    head.writeUInt32BE(this.height, 4);
    const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]));
  }
}

/** A part of a PNG file: length, name, content, checksum. */
function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
