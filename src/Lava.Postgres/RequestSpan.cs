namespace Lava.Postgres;

/// <summary>A range of requests' ids.</summary>
/// <param name="First">Its least.</param>
/// <param name="End">The least behind it.</param>
internal readonly record struct RequestSpan(Guid First, Guid End)
{
    /// <summary>
    /// The ids of some quarters of an hour, newest first. Quarters beside each other are one span: what is in every quarter is read as
    /// without them, newest first, until a page is full.
    /// </summary>
    /// <param name="quarters">Their starts, newest first.</param>
    public static List<RequestSpan> Of(IReadOnlyList<DateTimeOffset> quarters)
    {
        var spans = new List<RequestSpan>();
        foreach (var quarter in quarters)
        {
            var first = RequestConditions.FirstIdAt(quarter - RequestConditions.IdSlack);
            var end = RequestConditions.FirstIdAt(quarter + RequestSearch.Quarter + RequestConditions.IdSlack);
            if (spans.Count > 0 && spans[^1].First.CompareTo(end) <= 0)
            {
                spans[^1] = new RequestSpan(first, spans[^1].End);
            }
            else
            {
                spans.Add(new RequestSpan(first, end));
            }
        }

        return spans;
    }
}
