namespace Lava.Postgres.Verification;

/// <summary>What one check of the books found.</summary>
/// <param name="Name">What it proves, as a sentence without a full stop.</param>
/// <param name="Looked">Rows or records that it looked at.</param>
/// <param name="Differences">How many of them differ.</param>
/// <param name="First">The first of these in words, at most <see cref="MaxFirst"/>.</param>
/// <param name="Note">What the reader should know beside the verdict; null: nothing.</param>
public sealed record CheckResult(string Name, long Looked, long Differences, IReadOnlyList<string> First, string? Note = null)
{
    /// <summary>Ten fill half a terminal, and show whether there is one cause or several.</summary>
    public const int MaxFirst = 10;

    /// <summary>Does everything agree?</summary>
    public bool IsProven => Differences == 0;
}
