using Lava.Gateway.Jobs;
using Lava.Gateway.Responses;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway;

/// <content>A call of the gateway's own: it asks for the end of a job, and charges it as if its customer had asked.</content>
public sealed partial class GatewayPipeline
{
    /// <summary>
    /// Asks the provider for the end of a job. A job that goes on, and one whose provider can't be asked now, changes nothing and leaves
    /// no record.
    /// </summary>
    public async Task FollowUpAsync(OpenJob job)
    {
        if (!_calls.TryRent(out var call))
        {
            return;
        }

        // In this order: either the stop waits for this call, or this call sees the stop.
        if (Volatile.Read(ref _isStopping))
        {
            _calls.Return(call);
            return;
        }

        try
        {
            call.Begin(new DefaultHttpContext(), _accounts.Current, _pricing.Current, _options);
            if (_followUp.TryPrepare(call, job)
                && _price.Find(call) == GatewayOutcome.Ok
                && call is { Job: not null, Price: not null }
                && _settlement.Admits
                && await _forwarder.SendAsync(call).ConfigureAwait(false) == GatewayOutcome.Ok)
            {
                await _relay.ObserveAsync(call).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            LogFailed(_logger, e, call.Record.RequestId);
        }
        finally
        {
            await FinishAsync(call).ConfigureAwait(false);
            _calls.Return(call);
        }
    }
}
