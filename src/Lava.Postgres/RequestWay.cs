namespace Lava.Postgres;

/// <summary>By which index a search of requests goes; all give the same.</summary>
internal enum RequestWay
{
    /// <summary>Newest first, by one of the indexes of <c>requests</c>; what the index does not say is filtered.</summary>
    Direct,

    /// <summary>By what is in metadata: seldom, or in nearly every request.</summary>
    Metadata,

    /// <summary>By the quarters of an hour in which <c>usage_sums</c> has anything of the customer and what else is asked for.</summary>
    LedByCustomer,

    /// <summary>By the quarters in which <c>usage_totals</c> has anything of a model or provider.</summary>
    LedByTotals,
}
