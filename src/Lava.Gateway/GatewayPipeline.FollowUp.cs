using Lava.Gateway.Jobs;
using Lava.Gateway.Responses;
using Microsoft.AspNetCore.Http;

namespace Lava.Gateway;

/// <content>A call of the gateway's own: it asks for the end of a job, and charges it as if its customer had asked.</content>
public sealed partial class GatewayPipeline
{
    /// <summary>Holds again, after a restart and before any call, what the open jobs held until then.</summary>
    public void HoldOpenJobs()
    {
        foreach (var job in _jobs.Open)
        {
            var customers = _accounts.Current.Customers;
            _settlement.HoldAgain(job, job.CustomerId is { } id && customers.TryGetValue(id, out var customer) ? customer : null);
        }
    }

    /// <summary>A job is too old for its end to be seen: it is open no more, and holds nothing.</summary>
    public void GiveUp(OpenJob job)
    {
        if (_jobs.TryEnd(job.Key))
        {
            _settlement.Release(job);
        }
    }

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
