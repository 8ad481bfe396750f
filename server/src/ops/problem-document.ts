import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
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

/** A no in the description of the API, as it really comes (RFC 9457): not as plain JSON. */
export const problemResponse = (status: number, description: string) => ({
  status,
  description,
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDocument) } } },
});

/** Describes a no of one request, or of all of a controller's. */
export const ApiProblem = (status: number, description: string) =>
  applyDecorators(ApiExtraModels(ProblemDocument), ApiResponse(problemResponse(status, description)));
