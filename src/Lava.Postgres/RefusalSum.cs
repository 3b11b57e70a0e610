namespace Lava.Postgres;

/// <summary>Calls that were refused between two edges of time.</summary>
/// <param name="Bucket">After which edge, from 0.</param>
/// <param name="Code">The error that they got.</param>
/// <param name="Calls">How many.</param>
public sealed record RefusalSum(int Bucket, string Code, long Calls);
