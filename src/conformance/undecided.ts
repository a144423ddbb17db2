/** A step failed in a way that no statement covers, so the statement is neither confirmed nor refuted. */
export class Undecided extends Error {
  override readonly name = "Undecided";
}
