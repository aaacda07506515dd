/** Why a journey ended that nothing took out: stored in its journal, so it stays as it is. The inspector has better words. */
export const END_OF_WAY = 'Reached the end of the way.'
