// Pictures, as scenarios make them and apps show them.

/** A picture: four bytes a pixel (red, green, blue, alpha), row by row from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** One value a pixel, 0 is black and 255 white. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** The brightness of each pixel, by the weights of ITU-R BT.601. */
export function toGray({ width, height, rgba }: Picture): GrayPicture {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] =
      0.299 * (rgba[4 * i] as number) + 0.587 * (rgba[4 * i + 1] as number) + 0.114 * (rgba[4 * i + 2] as number);
  }
  return { width, height, values };
}

/** A picture whose pixels are what `colour` gives for 0, 1, 2, … */
export function paint(
  width: number,
  height: number,
  colour: (index: number) => readonly [red: number, green: number, blue: number],
): Picture {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    rgba.set(colour(i), 4 * i);
    rgba[4 * i + 3] = 255;
  }
  return { width, height, rgba };
}

/** A gray picture as one with colours. */
export function fromGray({ width, height, values }: GrayPicture): Picture {
  return paint(width, height, (i) => {
    const value = values[i] as number;
    return [value, value, value];
  });
}
