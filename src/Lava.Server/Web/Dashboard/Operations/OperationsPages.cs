using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Hosting;
using Lava.Server.Web.Dashboard.Frame;

namespace Lava.Server.Web.Dashboard.Operations;

/// <summary>
/// The health of the gateway, for the operator: who is signed in to the store's oldest account. Made of what the node has in memory, so it
/// is there while PostgreSQL is not.
/// </summary>
internal static class OperationsPages
{
    /// <summary>The page.</summary>
    public const string Path = "/operations";

    /// <summary>The document of its plots.</summary>
    public const string SamplesPath = "/operations/samples";

    /// <summary>The stream.</summary>
    public const string LivePath = "/operations/live";

    /// <summary>The last six hours, as the address names them; otherwise the last quarter of an hour.</summary>
    public const string Long = "6h";

    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(15);

    // Of the page's lines the only one that asks PostgreSQL.
    private static readonly TimeSpan VerifyInterval = TimeSpan.FromSeconds(30);

    public static void Map(PageRoutes routes)
    {
        routes.GetPlain(Path, ShowAsync);
        routes.GetPlain(SamplesPath, AnswerAsync);
        routes.GetPlainStream(LivePath, StreamAsync);
    }

    private static OperationsParts Parts(PageCall call) => call.Session.Account.IsFirst && call.Parts.Operations is { } parts
        ? parts
        : throw ApiException.NotFound("page");

    private static async Task ShowAsync(PageCall call)
    {
        var parts = Parts(call);
        var verify = await VerifyAsync(call, parts, call.Aborted);
        await call.OkAsync(OperationsView.Of(call, parts, [.. OperationsHealth.Of(parts, call.Now), verify]));
    }

    private static async Task<HealthLine> VerifyAsync(PageCall call, OperationsParts parts, CancellationToken cancellationToken)
    {
        var now = call.Parts.Time.GetUtcNow();
        try
        {
            return OperationsHealth.Verify(await parts.Verifications.LatestAsync(cancellationToken), isKnown: true, now, call.Zone);
        }
        catch (StoreUnavailableException)
        {
            return OperationsHealth.Verify(null, isKnown: false, now, call.Zone);
        }
    }

    private static async Task AnswerAsync(PageCall call)
    {
        var sampler = Parts(call).Sampler;
        var isLong = call.Query("span") == Long;
        var bytes = OperationsPoints.Whole(
            (isLong ? sampler.Long : sampler.Recent).ToList(), call.Zone.Name, isLong ? LongStep : OperationsSampler.Interval);
        PageHeaders.SetFragment(call.Http.Response.Headers);
        call.Http.Response.ContentType = "application/json";
        call.Http.Response.ContentLength = bytes.Length;
        await call.Http.Response.Body.WriteAsync(bytes, call.Aborted);
    }

    private static async Task StreamAsync(PageCall call, EventStream stream)
    {
        var parts = Parts(call);
        var verify = await VerifyAsync(call, parts, stream.End);
        var verifiedAt = call.Parts.Time.GetTimestamp();

        // Rates are told since the sample before: the first that is sent has one, too.
        var sent = parts.Sampler.Recent.ToList() is [.., var last] ? last : null;
        do
        {
            if (call.Parts.Time.GetElapsedTime(verifiedAt) >= VerifyInterval)
            {
                verify = await VerifyAsync(call, parts, stream.End);
                verifiedAt = call.Parts.Time.GetTimestamp();
            }

            if (parts.Sampler.Latest is { } latest && latest != sent)
            {
                HealthLine[] health = [.. OperationsHealth.Of(parts, call.Parts.Time.GetUtcNow()), verify];
                await stream.SendAsync("sample", OperationsPoints.Newest(latest, sent, health));
                sent = latest;
            }
        }
        while (await stream.NextAsync(OperationsSampler.Interval));
    }
}
