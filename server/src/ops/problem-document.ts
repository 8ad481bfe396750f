import { ApiProperty } from '@nestjs/swagger';
import type { Problem } from './problem.js';

/** How a problem looks in the description of the API. */
export class ProblemDocument implements Problem {
  @ApiProperty({ example: 'urn:o-to-o:problem:unknown-call', description: 'Stable, for programs' })
  type!: string;

  @ApiProperty({ example: 'Unknown call' })
  title!: string;

  @ApiProperty({ example: 404 })
  status!: number;

  @ApiProperty({ description: 'For people: what to do' })
  detail!: string;
}
