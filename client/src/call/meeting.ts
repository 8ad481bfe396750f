// What two people need once they meet, as one file that comes then (meeting-parts.ts).
export { SafetyExchange } from '@/privacy/safety-exchange';
export { packAhead, packPayload, unpackPayload } from '@/signaling/payload';
