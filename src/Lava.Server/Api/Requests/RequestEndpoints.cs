using Lava.Postgres;

namespace Lava.Server.Api.Requests;

/// <summary>Reading <c>/v1/requests</c>; reporting one is the gateway's.</summary>
internal sealed class RequestEndpoints(ManagementDependencies dependencies)
{
    private readonly RequestStore _store = dependencies.Stores.Requests;

    public async Task ListAsync(ApiCall call)
    {
        var limit = call.Query.Limit();
        var cursor = call.Query.IdCursor();
        var (filter, canMatch) = RequestFilterReader.Read(call, dependencies);
        call.Query.Errors.ThrowIfAny();
        await call.CatchUpAsync();
        var rows = canMatch ? await _store.SearchAsync(filter, cursor, limit + 1, call.Aborted) : [];
        var pricing = dependencies.Pricing.Current;
        await call.OkAsync(Page<RequestView>.From(
            rows, limit, row => RequestView.From(row, call.Merchant, pricing), row => Cursor.Encode(row.Id)));
    }

    public async Task GetAsync(ApiCall call)
    {
        await call.CatchUpAsync();
        var record = await _store.FindAsync(call.Merchant.Id, call.Id, call.Aborted);
        await call.OkAsync(RequestView.From(
            record ?? throw ApiException.NotFound("request"), call.Merchant, dependencies.Pricing.Current));
    }
}
