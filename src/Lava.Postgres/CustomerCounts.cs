namespace Lava.Postgres;

/// <summary>How many customers of a merchant need a look; counted no further than <see cref="Most"/>.</summary>
/// <param name="Alerted">Their balance is low or used up.</param>
/// <param name="Limited">A hard limit has refused calls of theirs in its present time.</param>
/// <param name="Unpaid">A payment of theirs was declined and is attempted again, or waits for a person's decision.</param>
public readonly record struct CustomerCounts(int Alerted, int Limited, int Unpaid)
{
    /// <summary>So many, or more.</summary>
    public const int Most = 500;
}
