namespace Lava.Postgres;

/// <summary>What a run of <c>lava verify</c> found.</summary>
/// <param name="VerifiedAt">The moment that its books are of.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Checks">Checks that it made.</param>
/// <param name="Differences">Differences that it found; 0: all is proven.</param>
/// <param name="Report">What it printed.</param>
/// <param name="Version">The version that ran.</param>
public sealed record VerificationRecord(
    DateTimeOffset VerifiedAt, TimeSpan Took, int Checks, long Differences, string Report, string Version);
